import { type IMachineImage, MachineImage, OperatingSystemType, SubnetType, UserData } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { StageConfig } from '../../stage-config.ts';
import { HostGroup } from './host-group.ts';
import type { InternalBalancer } from './internal-balancer.ts';
import { MODELS_PORT, modelHostScript } from './model-host-script.ts';
import type { Network } from './network.ts';

export interface ModelHostsProps {
  readonly network: Network;
  readonly diskKey: IKey;
  readonly settings: StageConfig['models'];
  readonly balancer: InternalBalancer;
}

/** With the NVIDIA driver, Docker and the container toolkit; AWS renews it, and the parameter names the newest. */
const GPU_IMAGE = '/aws/service/deeplearning/ami/x86_64/base-oss-nvidia-driver-gpu-amazon-linux-2023/latest/ami-id';

/** Some 5 GB of models and a driver come first. */
const GRACE_MINUTES = 25;

/** The hosts with GPUs: two models, pulled and loaded before a host counts as healthy. */
export class ModelHosts extends Construct {
  readonly hosts: HostGroup;
  readonly url: string;

  constructor(scope: Construct, id: string, { network, diskKey, settings, balancer }: ModelHostsProps) {
    super(scope, id);
    const securityGroup = network.securityGroup('Models', 'Model hosts');
    this.hosts = new HostGroup(this, 'Gpu', {
      network,
      securityGroup,
      subnets: network.vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_WITH_EGRESS }).subnets,
      image: settings.image ? held(settings.image) : MachineImage.fromSsmParameter(GPU_IMAGE),
      instance: settings.instance,
      diskKey,
      diskGb: 120,
      script: modelHostScript({
        ollamaVersion: settings.ollamaVersion,
        chatModel: settings.chat,
        embeddingModel: settings.embedding,
        parallelAnswers: settings.parallelAnswers,
      }),
      hosts: settings.hosts,
      graceMinutes: GRACE_MINUTES,
      hours: settings.hours,
    });
    this.url = balancer.forward('Models', {
      port: MODELS_PORT,
      healthPath: '/healthz',
      hosts: this.hosts.group,
      securityGroup,
      graceMinutes: GRACE_MINUTES,
      meaning: 'Fewer model hosts answer than are wanted, and none came in their place.',
      runbook: 'models-unhealthy',
    });
  }
}

/** That image and no other, whatever the region; the host's script is given elsewhere. */
function held(imageId: string): IMachineImage {
  return { getImage: () => ({ imageId, osType: OperatingSystemType.LINUX, userData: UserData.forLinux() }) };
}
