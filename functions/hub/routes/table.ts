import type { Route } from '../../../shared/lambda/route.ts';
import type { HubUse } from '../hub-use.ts';
import { changeAnswer } from './change-answer.ts';
import { changeSettings } from './change-settings.ts';
import { changeWidget } from './change-widget.ts';
import { createAnswer } from './create-answer.ts';
import { createDocument } from './create-document.ts';
import { createPage } from './create-page.ts';
import { createWidget } from './create-widget.ts';
import { deleteAnswer } from './delete-answer.ts';
import { deleteDocument } from './delete-document.ts';
import { deleteWidget } from './delete-widget.ts';
import { embedWidget } from './embed-widget.ts';
import { getAnalytics } from './get-analytics.ts';
import { getAnswer } from './get-answer.ts';
import { getConversation } from './get-conversation.ts';
import { getDocument } from './get-document.ts';
import { getErasureReceipt } from './get-erasure-receipt.ts';
import { getSettings } from './get-settings.ts';
import { getUsage } from './get-usage.ts';
import { getWidget } from './get-widget.ts';
import { listAnswers } from './list-answers.ts';
import { listAuditEvents } from './list-audit-events.ts';
import { listConversations } from './list-conversations.ts';
import { listDocuments } from './list-documents.ts';
import { listErasureReceipts } from './list-erasure-receipts.ts';
import { listMessages } from './list-messages.ts';
import { listUnansweredTopics } from './list-unanswered-topics.ts';
import { listWidgets } from './list-widgets.ts';
import { replaceUpload } from './replace-upload.ts';
import { reprocessDocument } from './reprocess-document.ts';

/** Every route of hub, in the order of the contract. */
export const routes: readonly Route<HubUse>[] = [
  createDocument,
  listDocuments,
  getDocument,
  replaceUpload,
  reprocessDocument,
  deleteDocument,
  createPage,
  createAnswer,
  listAnswers,
  getAnswer,
  changeAnswer,
  deleteAnswer,
  createWidget,
  listWidgets,
  getWidget,
  changeWidget,
  deleteWidget,
  embedWidget,
  getSettings,
  changeSettings,
  getUsage,
  listConversations,
  getConversation,
  listMessages,
  listAuditEvents,
  listErasureReceipts,
  getErasureReceipt,
  getAnalytics,
  listUnansweredTopics,
];
