import { CHROMA_MALLOC, chromaConfig } from '../../chroma-settings.ts';
import { SCRIPT_HEAD } from './script-head.ts';

export const INDEX_PORT = 8_000;

const CONFIG = chromaConfig({
  ...{ port: INDEX_PORT, listenAddress: '0.0.0.0', persistPath: '/data' },
  ...{ openIndexes: 64, shards: 4 },
});
const MALLOC = Object.entries(CHROMA_MALLOC)
  .map(([name, value]) => `--env ${name}=${value}`)
  .join(' ');

export interface IndexHostScript {
  readonly volumeId: string;
  readonly chromaVersion: string;
}

/**
 * Takes hold of the one volume that has the index (waiting until the host before let go), makes a file system only on
 * an empty one, and runs Chroma on it, with a limit on the collections kept in memory (32 MB each, more from 10,000
 * vectors on: about 2 GB, which the smallest host has).
 */
export function indexHostScript({ volumeId, chromaVersion }: IndexHostScript): string {
  return `${SCRIPT_HEAD}
volume=${volumeId}
token=$(curl --silent --fail --request PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 600' \\
  http://169.254.169.254/latest/api/token)
metadata() { curl --silent --fail --header "X-aws-ec2-metadata-token: $token" "http://169.254.169.254/latest/meta-data/$1"; }
instance=$(metadata instance-id)
# Apart from its export, which would hide that it failed.
AWS_DEFAULT_REGION=$(metadata placement/region)
export AWS_DEFAULT_REGION
device=/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_\${volume/-/}

if [[ ! -e $device ]]; then
  for attempt in $(seq 1 60); do
    aws ec2 attach-volume --volume-id "$volume" --instance-id "$instance" --device /dev/sdf && break
    sleep 5
  done
  for attempt in $(seq 1 60); do
    [[ -e $device ]] && break
    sleep 2
  done
fi
[[ -e $device ]]
blkid "$device" || mkfs.xfs "$device"
mkdir -p /var/lib/chroma
grep -q /var/lib/chroma /etc/fstab || echo "$device /var/lib/chroma xfs defaults,nofail 0 2" >> /etc/fstab
mountpoint -q /var/lib/chroma || mount /var/lib/chroma
# The volume may have been made larger since.
xfs_growfs /var/lib/chroma

retry dnf install --assumeyes docker
# Without its volume Chroma would begin an empty index on the host's own disk.
mkdir -p /etc/systemd/system/docker.service.d
cat > /etc/systemd/system/docker.service.d/volume.conf <<'EOT'
[Unit]
RequiresMountsFor=/var/lib/chroma
EOT
systemctl daemon-reload
systemctl enable --now docker
cat > /etc/chroma.yaml <<'EOT'
${CONFIG}EOT
docker rm --force chroma 2>/dev/null || true
retry docker run --detach --name chroma --restart always --stop-signal SIGINT \\
  --publish ${INDEX_PORT}:${INDEX_PORT} --volume /var/lib/chroma:/data --volume /etc/chroma.yaml:/config.yaml:ro \\
  ${MALLOC} \\
  --log-opt max-size=20m --log-opt max-file=3 \\
  chromadb/chroma:${chromaVersion} run /config.yaml
`;
}
