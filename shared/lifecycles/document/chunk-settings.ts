/** SQL for the creator's present setting, else `fallback`; `$1` is the creator. Holds for the work that begins now. */
export const chunkSetting = (column: 'chunk_tokens' | 'overlap_tokens', fallback: string) =>
  `coalesce((select s.${column} from creator_settings s where s.creator_id = $1), ${fallback})`;
