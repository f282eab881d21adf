import { enableCompileCache } from 'node:module';
import { COMPILE_CACHE } from './compile-cache.ts';

// The command behind `npm start`; the rest is loaded when the cache is there for it.
enableCompileCache(COMPILE_CACHE);
await import('./run-command.ts');
