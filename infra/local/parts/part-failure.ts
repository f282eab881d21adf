/** A part cannot be started or does not answer. The message is the one line that the person at the keyboard reads. */
export class PartFailure extends Error {
  override readonly name = 'PartFailure';
}
