import * as z from 'zod';
import { type DemoClient, expectStatus } from './demo-client.ts';

const WIDGET_NAME = "Mara's Sourdough School";

const Widget = z.object({ id: z.string(), name: z.string() });
const WidgetList = z.object({ data: z.array(Widget) });
const Embed = z.object({ html: z.string(), script_url: z.string(), integrity: z.string() });

export interface DemoWidget {
  readonly widget_id: string;
  readonly embed: z.infer<typeof Embed>;
}

/** The demo creator's widget, open to pages of `pageOrigin` only. */
export async function prepareDemoWidget(client: DemoClient, pageOrigin: string): Promise<DemoWidget> {
  const list = expectStatus('listing the widgets', await client.call('GET', '/v1/hub/widgets?limit=100'), 200);
  const present = WidgetList.parse(list).data.find((widget) => widget.name === WIDGET_NAME);
  const widget = present ?? (await createWidget(client, pageOrigin));
  if (present) {
    const change = { allowed_origins: [pageOrigin] };
    expectStatus('opening the widget', await client.call('PATCH', `/v1/hub/widgets/${widget.id}`, change), 200);
  }
  const embed = expectStatus('the embed code', await client.call('GET', `/v1/hub/widgets/${widget.id}/embed`), 200);
  return { widget_id: widget.id, embed: Embed.parse(embed) };
}

async function createWidget(client: DemoClient, pageOrigin: string) {
  const answer = await client.call('POST', '/v1/hub/widgets', {
    name: WIDGET_NAME,
    allowed_origins: [pageOrigin],
    greeting: "Hello, I am Mara's understudy. Ask me about classes, starters and bread.",
    suggested_questions: ['How often do I have to feed my starter?', 'What does the weekend class cost?'],
  });
  return Widget.parse(expectStatus('creating the widget', answer, 201));
}
