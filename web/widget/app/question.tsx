import type { VNode } from 'preact';
import type { Texts } from '../texts/texts.ts';
import type { VisitorMessage } from './conversation.ts';
import { Icon } from './icons.tsx';
import { problemText } from './problems.ts';

interface QuestionProps {
  readonly question: VisitorMessage;
  readonly texts: Texts;
  readonly onRetry: () => void;
}

/** What the visitor asked, and whether the service has it. */
export function Question({ question, texts, onRetry }: QuestionProps): VNode {
  return (
    <>
      <article class="message visitor" aria-label={texts.you} data-question>
        <p dir="auto">{question.text}</p>
      </article>
      {question.state === 'pending' && <p class="aside outcome waiting">{texts.sending}</p>}
      {question.state === 'refused' && (
        <div class="outcome">
          <p class="trouble">{problemText(question.error, texts)}</p>
          <div class="actions">
            <button type="button" class="plain" onClick={onRetry}>
              <Icon name="restart" />
              {texts.retry}
            </button>
          </div>
        </div>
      )}
    </>
  );
}
