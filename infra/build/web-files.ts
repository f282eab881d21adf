import { buildWeb } from '../../web/build.ts';
import { PROJECT_ROOT } from './function-entries.ts';
import { type FolderContent, readFolder } from './sync-folder.ts';

const BUILT_WEB_FILES = `${PROJECT_ROOT}.build/web`;

/** The pages and scripts that travel inside auth-api, and the manifest that names them. */
export async function buildWebFiles(): Promise<FolderContent> {
  await buildWeb(BUILT_WEB_FILES);
  return readFolder(BUILT_WEB_FILES);
}
