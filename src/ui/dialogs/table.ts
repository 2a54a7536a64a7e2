import { gateOf } from '../../state/gates.ts'
import type { ConsoleState } from '../../state/store.ts'
import { approveDialog } from './approve.ts'
import { decideDialog } from './decide.ts'
import { cancelFocus, confirmFocus, type Dialog, type DialogKind, type DialogSpec } from './dialog.ts'
import { acceptDialog, closeDialog, signDialog } from './follow-up.ts'
import { holdDialog, leaveDialog, noteDialog, resumeDialog, stopDialog } from './helm.ts'
import { answerDialog, haltDialog, hintDialog } from './drill.ts'
import { helmDialog } from './helm-asks.ts'
import { messageDialog } from './message.ts'
import { postMortemDialog } from './post-mortem.ts'
import { proposalDialog, proposalsDialog } from './proposals.ts'
import { sendAgainDialog } from './send-again.ts'
import { planFailedDialog } from './plan-failed.ts'
import { secondPersonDialog } from './second-person.ts'
import { targetDialog } from './target.ts'
import { blockersDialog, endDialog } from './end.ts'
import { retryDialog, skipDialog, troubleDialog, undoDialog } from './trouble.ts'

export const dialogs: Readonly<Record<DialogKind, DialogSpec>> = {
  decide: decideDialog,
  approve: approveDialog,
  'second person': secondPersonDialog,
  message: messageDialog,
  'send again': sendAgainDialog,
  'plan failed': planFailedDialog,
  target: targetDialog,
  trouble: troubleDialog,
  retry: retryDialog,
  blockers: blockersDialog,
  end: endDialog,
  skip: skipDialog,
  undo: undoDialog,
  hold: holdDialog,
  resume: resumeDialog,
  accept: acceptDialog,
  lessons: postMortemDialog,
  proposals: proposalsDialog,
  proposal: proposalDialog,
  sign: signDialog,
  close: closeDialog,
  stop: stopDialog,
  note: noteDialog,
  helm: helmDialog,
  leave: leaveDialog,
  'answer event': answerDialog,
  hint: hintDialog,
  'halt drill': haltDialog,
}

export function openDialog(kind: DialogKind, about: string | null, state: ConsoleState, clockMs: number): Dialog {
  const draft = dialogs[kind].draft(state, about)
  const first = draft.fields.length > 0 ? 0 : confirmFocus(draft)
  return {
    ...draft,
    kind,
    about,
    gate: gateOf(state.run)?.id ?? null,
    focus: draft.destructive || draft.costly === true ? cancelFocus(draft) : first,
    openedMs: clockMs,
    opened: draft.fields,
    past: [],
    error: null,
    scroll: 0,
  }
}
