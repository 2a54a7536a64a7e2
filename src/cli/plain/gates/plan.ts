import type { ConsoleState } from '../../../state/store.ts'
import { draftMessage } from '../../../state/messages.ts'
import { openDialog } from '../../../ui/dialogs/table.ts'
import {
  anotherTarget,
  approval,
  messageAsk,
  otherConfiguration,
  otherReplay,
  otherWay,
} from '../../../ui/keys/asks.ts'
import { section, told, type Told } from '../told.ts'
import { spanText } from '../../../state/times.ts'
import { askWay, formWay, readWay, stopWay, waysOf, type Moment, type Seen, type Way } from './moment.ts'
import { planStory } from './plan-story.ts'
import { faultTold } from './trouble.ts'

/** Phase 2: the plan in pieces, what it changes, other ways, the message, and the approval. */
export function planMoment(state: ConsoleState, seen: Seen): Moment {
  const held = state.run.plan
  if (held === null) return { tells: [], ways: [], otherwise: null }
  const { plan, hash, diff } = held
  const blocked = plan.blockers.length > 0
  return {
    tells: [
      told.head(`2 Plan ${hash}: ${plan.from} -> ${plan.target.version}`),
      told.line(`${plan.order}, ${plan.steps.length} steps, about ${spanText(plan.estimateMs)}`),
      told.line(plan.orderReason),
      ...section('Blocked: it cannot be approved', plan.blockers),
      ...section('Other than in the plan before', [...(held.why === null ? [] : [held.why]), ...diff]),
      ...section('Warnings', plan.warnings),
    ],
    ways: [
      readWay('plan', 'the whole plan, in pieces', ...planStory(state.run)),
      formWay(state, 'approve', 'approve it, by typing what it asks for', 'approve', approval(state.run, hash), hash),
      readWay('diff', 'what it changes, and what not', diffTold(state)),
      ...otherPlans(state),
      formWay(
        state,
        'message',
        'read and edit the first message, which goes out with the approval',
        'message',
        messageAsk(),
      ),
      readWay('preview', 'each message as it goes out with the approval, word for word', previewTold(state)),
      stopWay(state),
    ],
    otherwise: blocked ? null : seen.has('plan') ? 'approve' : 'plan',
  }
}

/** No plan could be made. */
export function planFailedMoment(state: ConsoleState): Moment {
  const own = ['another', 'stop']
  const ways = waysOf(state, 'plan failed', null).filter(({ word }) => !own.includes(word))
  return {
    tells: [told.head('2 Plan: none could be made'), ...faultTold(state.run.planFault)],
    ways: [...ways, anotherWay(state), stopWay(state)],
    otherwise: null,
  }
}

function otherPlans(state: ConsoleState): readonly Way[] {
  const { run } = state
  const [way, replay, configuration] = [otherWay(run), otherReplay(run), otherConfiguration(run)]
  return [
    anotherWay(state),
    askWay(state, 'again', 'make the plan again, from what is there now', { kind: 'plan again' }),
    askWay(
      state,
      way.restore === 'newest' ? 'restore' : 'reverse',
      way.restore === 'newest'
        ? 'plan again, with a backup restored in the place of a reversal'
        : 'plan again, and restore nothing',
      way,
    ),
    askWay(
      state,
      replay.replay === 'all' ? 'replay' : 'no replay',
      replay.replay === 'all'
        ? 'plan again, with the binlog replayed into the backup'
        : 'plan again, with no binlog replayed',
      replay,
    ),
    askWay(
      state,
      'configuration',
      `plan again, with ${configuration.configuration === 'today' ? "today's configuration" : 'the recorded configuration'} of the containers`,
      configuration,
    ),
    askWay(state, 'rehearse', 'try the way back on a clone now; the plan is made again with what that found', {
      kind: 'rehearse',
    }),
  ]
}

function anotherWay(state: ConsoleState): Way {
  return formWay(state, 'another', 'choose another release to go back to', 'target', anotherTarget(state.run))
}

function diffTold({ run }: ConsoleState): readonly Told[] {
  const plan = run.plan?.plan
  if (plan === undefined) return []
  return [
    ...section('Against the plan before', run.plan?.diff ?? []),
    ...section(
      'Services that change',
      plan.changes.map(
        ({ instance, from, to, digest }) => `${instance}: ${from ?? 'nothing'} -> ${to}, ${digest.slice(0, 19)}`,
      ),
    ),
    ...section('Configuration', plan.drift ?? []),
    ...section('Images', plan.artifacts ?? []),
    ...section('Room for images', plan.space ?? []),
    ...section('Schema', plan.schema ?? []),
    ...section('Not changed', plan.untouched),
  ]
}

function previewTold(state: ConsoleState): readonly Told[] {
  const { subject, text } = state.run.message ?? draftMessage('decided', state.run, state.now)
  const others = openDialog('message', null, state, 0).says.map(one => one.text)
  return [...section('For the team', [subject, ...text.split('\n')]), ...section('Who reads what', others)]
}
