import { endWithParent } from './child-lifetime.ts';
import { loadChromaBinding } from './chroma-binding.ts';

// A process of its own: `node chroma-process.ts <config file>`.
endWithParent();
loadChromaBinding().cli(['chroma', 'run', process.argv[2] ?? '']);
