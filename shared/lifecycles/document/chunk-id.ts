import { createHash } from 'node:crypto';

/** A namespace of this product's own (RFC 9562, section 6.6). Changing it would orphan every stored vector. */
const NAMESPACE = Buffer.from('6f0d8c5e2b7a4d31a9c45e1f7b3d9024', 'hex');

/** uuidv5 of `document_id:generation:chunk_index`: a retry overwrites its own vectors and no others. */
export function chunkId(documentId: string, generation: number, index: number): string {
  return uuidv5(`${documentId}:${generation}:${index}`);
}

/** uuidv5 of `answer_id:generation`: a curated answer has one vector, and each change of its words another. */
export function answerChunkId(answerId: string, generation: number): string {
  return uuidv5(`${answerId}:${generation}`);
}

function uuidv5(name: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
