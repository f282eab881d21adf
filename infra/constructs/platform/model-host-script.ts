import { SCRIPT_HEAD } from './script-head.ts';

export const MODELS_PORT = 11_434;
/** Ollama itself, on loopback only. */
const OLLAMA_PORT = 11_435;
/** As the functions ask for it; another size would make Ollama load the model once more. */
const CHAT_CONTEXT = 4_096;
const EMBEDDING_CONTEXT = 2_048;

export interface ModelHostScript {
  readonly ollamaVersion: string;
  readonly chatModel: string;
  readonly embeddingModel: string;
  readonly parallelAnswers: number;
}

/**
 * Ollama in a container with the GPU, on loopback; both models pulled and loaded; in front of it nginx, which lets
 * through POST /api/chat and POST /api/embed. `/api/tags` is a file that names the loaded models, written when they
 * are; `/healthz` is a file that a watch removes when the GPU or Ollama stops answering.
 */
export function modelHostScript(props: ModelHostScript): string {
  const { chatModel, embeddingModel } = props;
  const embed = { model: embeddingModel, input: 'alive', keep_alive: -1, options: { num_ctx: EMBEDDING_CONTEXT } };
  const chat = {
    model: chatModel,
    messages: [{ role: 'user', content: 'Say yes.' }],
    stream: false,
    keep_alive: -1,
    options: { num_ctx: CHAT_CONTEXT, num_predict: 1 },
  };
  const tags = {
    models: [chatModel, embeddingModel].map((name) => ({ name: name.includes(':') ? name : `${name}:latest` })),
  };
  return `${SCRIPT_HEAD}
ollama=http://127.0.0.1:${OLLAMA_PORT}
mkdir -p /var/lib/ollama /var/lib/understudy
systemctl enable --now docker
docker rm --force ollama 2>/dev/null || true
retry docker run --detach --name ollama --restart always --gpus all \\
  --publish 127.0.0.1:${OLLAMA_PORT}:11434 --volume /var/lib/ollama:/root/.ollama \\
  --log-opt max-size=20m --log-opt max-file=3 \\
  --env OLLAMA_KEEP_ALIVE=-1 --env OLLAMA_NUM_PARALLEL=${props.parallelAnswers} \\
  --env OLLAMA_MAX_QUEUE=64 --env OLLAMA_MAX_LOADED_MODELS=2 \\
  ollama/ollama:${props.ollamaVersion}
retry curl --silent --fail --output /dev/null $ollama/api/version
retry docker exec ollama ollama pull ${shellWord(embeddingModel)}
retry docker exec ollama ollama pull ${shellWord(chatModel)}

cat > /usr/local/bin/understudy-warm <<'EOT'
#!/bin/bash
set -euo pipefail
ask() { curl --silent --fail --output /dev/null --max-time 600 --data "$2" ${`http://127.0.0.1:${OLLAMA_PORT}`}$1; }
ask /api/embed '${JSON.stringify(embed)}'
ask /api/chat '${JSON.stringify(chat)}'
echo '${JSON.stringify(tags)}' > /var/lib/understudy/tags.json
EOT

cat > /usr/local/bin/understudy-watch <<'EOT'
#!/bin/bash
# A busy host is a healthy one: 503 means that its queue is full. Five misses in a row take it out.
state=/run/understudy
mkdir -p $state
status=$(curl --silent --output /dev/null --write-out '%{http_code}' --max-time 60 \\
  --data '${JSON.stringify(embed)}' http://127.0.0.1:${OLLAMA_PORT}/api/embed)
if nvidia-smi > /dev/null && [[ $status == 200 || $status == 503 ]]; then
  echo 0 > $state/misses
  echo healthy > $state/healthy
  exit 0
fi
misses=$(( $(cat $state/misses 2>/dev/null || echo 0) + 1 ))
echo $misses > $state/misses
if (( misses >= 5 )); then rm -f $state/healthy; fi
EOT
chmod 755 /usr/local/bin/understudy-warm /usr/local/bin/understudy-watch

retry dnf install --assumeyes nginx
cat > /etc/nginx/nginx.conf <<'EOT'
${modelProxyConfig()}
EOT
retry /usr/local/bin/understudy-warm

cat > /etc/systemd/system/understudy-watch.service <<'EOT'
[Unit]
Description=Takes this host out when the models stop answering
[Service]
Type=oneshot
ExecStart=/usr/local/bin/understudy-watch
EOT
cat > /etc/systemd/system/understudy-watch.timer <<'EOT'
[Unit]
Description=Looks after the models
[Timer]
OnBootSec=60
OnUnitInactiveSec=20
[Install]
WantedBy=timers.target
EOT
systemctl daemon-reload
/usr/local/bin/understudy-watch
systemctl enable --now understudy-watch.timer nginx
`;
}

function modelProxyConfig(): string {
  const through = `
      limit_except POST { deny all; }
      proxy_pass http://127.0.0.1:${OLLAMA_PORT};`;
  return `user nginx;
worker_processes auto;
pid /run/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  error_log /var/log/nginx/error.log warn;
  server {
    listen ${MODELS_PORT};
    client_max_body_size 8m;
    proxy_http_version 1.1;
    proxy_set_header Host 127.0.0.1;
    # Tokens go out as they come; who leaves ends the generation.
    proxy_buffering off;
    proxy_read_timeout 300s;
    location = /api/chat {${through}
    }
    location = /api/embed {${through}
    }
    location = /api/tags { default_type application/json; alias /var/lib/understudy/tags.json; }
    location = /healthz { default_type text/plain; alias /run/understudy/healthy; }
    location / { return 404; }
  }
}`;
}

/** Model names are checked by the configuration already; quoted all the same. */
function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
