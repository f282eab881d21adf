import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { AssistantMessage } from './conversation.ts';
import { Icon } from './icons.tsx';
import { Markdown } from './markdown.tsx';
import type { Citation } from './protocol.ts';
import type { Texts } from './texts/texts.ts';

interface AnswerProps {
  readonly answer: AssistantMessage;
  readonly texts: Texts;
  readonly onRate: (rating: 'up' | 'down') => void;
  readonly onRetry: (() => void) | undefined;
}

export function Answer({ answer, texts, onRate, onRetry }: AnswerProps): VNode {
  const sources = useRef<HTMLUListElement>(null);
  const openSource = (n: number) => {
    const entry = sources.current?.querySelector<HTMLDetailsElement>(`[data-n="${n}"]`);
    if (!entry) return;
    entry.open = true;
    entry.querySelector('summary')?.focus();
  };
  return (
    <article class="message assistant" aria-label={texts.assistant}>
      {answer.text ? (
        <Markdown text={answer.text} onCitation={openSource} />
      ) : (
        <Waiting answer={answer} texts={texts} />
      )}
      {answer.state === 'failed' && <p class="trouble">{answer.error ?? texts.failed}</p>}
      {answer.state === 'cancelled' && <p class="aside">{texts.cancelled}</p>}
      {answer.citations.length > 0 && (
        <>
          <p class="sources-title">{texts.sources}</p>
          <ul class="sources" ref={sources}>
            {answer.citations.map((citation) => (
              <Source citation={citation} texts={texts} />
            ))}
          </ul>
        </>
      )}
      {(answer.state === 'done' || answer.state === 'failed') && (
        <Actions answer={answer} texts={texts} onRate={onRate} onRetry={onRetry} />
      )}
    </article>
  );
}

function Waiting({ answer, texts }: { answer: AssistantMessage; texts: Texts }): VNode | null {
  if (answer.state !== 'waiting') return null;
  const text = answer.queuePosition ? texts.queued(answer.queuePosition) : texts.thinking;
  return <p class="aside waiting">{text}</p>;
}

function Source({ citation, texts }: { citation: Citation; texts: Texts }): VNode {
  const place = citation.page ? ` · ${texts.page(citation.page)}` : '';
  return (
    <li>
      <details data-n={citation.n}>
        <summary>
          <span class="number">{citation.n}</span>
          <span dir="auto">{citation.title + place}</span>
        </summary>
        <blockquote dir="auto">{citation.snippet}</blockquote>
        {citation.url && /^https?:\/\//i.test(citation.url) && (
          <a href={citation.url} target="_blank" rel="noopener noreferrer nofollow">
            {texts.openSource}
          </a>
        )}
      </details>
    </li>
  );
}

function Actions({ answer, texts, onRate, onRetry }: AnswerProps): VNode {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(answer.text);
    setCopied(true);
  };
  return (
    <div class="actions">
      {answer.state === 'done' && answer.messageId && (
        <>
          <button type="button" aria-pressed={answer.rating === 'up'} onClick={() => onRate('up')}>
            <Icon name="up" />
            <span class="hidden">{texts.helpful}</span>
          </button>
          <button type="button" aria-pressed={answer.rating === 'down'} onClick={() => onRate('down')}>
            <Icon name="down" />
            <span class="hidden">{texts.notHelpful}</span>
          </button>
          {navigator.clipboard && (
            <button type="button" onClick={copy}>
              {copied ? texts.copied : texts.copy}
            </button>
          )}
        </>
      )}
      {onRetry && (
        <button type="button" onClick={onRetry}>
          {texts.retry}
        </button>
      )}
    </div>
  );
}
