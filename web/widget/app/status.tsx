import type { VNode } from 'preact';
import type { Texts } from '../texts/texts.ts';
import { problemText } from './problems.ts';
import type { SessionView } from './session.ts';

interface StatusProps {
  readonly view: SessionView;
  readonly texts: Texts;
  /** That the conversation could not be erased. */
  readonly failed: boolean;
  readonly onTryAgain: () => void;
}

/** One line above the input: what stands in the way, as long as it does. */
export function Status({ view, texts, failed, onTryAgain }: StatusProps): VNode {
  const { problem, connection } = view;
  const waiting =
    connection === 'offline'
      ? texts.offline
      : connection === 'reconnecting'
        ? texts.reconnecting
        : connection === 'connecting'
          ? texts.connecting
          : '';
  const trouble = problem ? problemText(problem, texts) : failed ? texts.failed : '';
  return (
    <>
      <div class={`status ${trouble ? 'trouble' : connection}`} role="status">
        {trouble || waiting}
      </div>
      {problem && connection === 'closed' && (
        <div class="status">
          <button type="button" class="plain" onClick={onTryAgain}>
            {texts.tryAgain}
          </button>
        </div>
      )}
    </>
  );
}
