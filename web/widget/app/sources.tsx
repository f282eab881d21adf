import type { RefObject, VNode } from 'preact';
import type { Texts } from '../texts/texts.ts';
import { Icon } from './icons.tsx';
import { visible } from './markdown/visible.ts';
import { webAddress } from './markdown/web-address.ts';
import type { Citation } from './protocol.ts';

interface SourcesProps {
  readonly citations: readonly Citation[];
  readonly texts: Texts;
  readonly listRef: RefObject<HTMLUListElement | null>;
}

/** The passages an answer rests on; each opens in place. */
export function Sources({ citations, texts, listRef }: SourcesProps): VNode {
  return (
    <div class="sources">
      <p class="aside">{texts.sources}</p>
      <ul ref={listRef} aria-label={texts.sources}>
        {citations.map((citation) => (
          <li key={citation.n}>
            <Source citation={citation} texts={texts} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A passage that opens at the lower end of what is in sight would open out of it. */
function showWhole({ currentTarget: source }: { readonly currentTarget: HTMLDetailsElement }): void {
  if (source.open) source.scrollIntoView({ block: 'nearest' });
}

function Source({ citation: { n, title, page, snippet, url }, texts }: { citation: Citation; texts: Texts }): VNode {
  const address = url ? webAddress(url) : undefined;
  return (
    <details data-n={n} onToggle={showWhole}>
      <summary>
        <span class="number">{n}</span>
        <span class="title" dir="auto">
          {visible(title)}
          {page ? ` · ${texts.page(page)}` : ''}
        </span>
        <Icon name="more" />
      </summary>
      <blockquote dir="auto">{visible(snippet)}</blockquote>
      {address && (
        <p>
          <a href={address} target="_blank" rel="noopener noreferrer nofollow" referrerpolicy="no-referrer">
            {texts.openSource} <bdi class="host">({new URL(address).host})</bdi>
          </a>
        </p>
      )}
    </details>
  );
}
