import { HostError } from '../host-error.ts';

/** The template asks for something that the local host does not know. The message is one line for the console. */
export class TemplateError extends HostError {
  override readonly name: string = 'TemplateError';
}
