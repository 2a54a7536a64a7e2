import { z } from 'zod'
import { choices } from '../../state/event.ts'
import { phases } from '../../state/phases.ts'
import { faultKinds, type FaultKind } from '../../state/drill/scenario.ts'
import { duration, name, open } from '../schema-parts.ts'

const text = z.string().min(1)

export const phaseWords = phases.map(({ name: word }) => word.toLowerCase())

const when = {
  at: duration.optional().describe('So long after the drill began.'),
  when: open({
    phase: z.enum(phaseWords as [string, ...string[]]),
    step: text.optional().describe('At that step of the plan, by its id; otherwise at the phase’s beginning.'),
  })
    .optional()
    .describe('In the place of at: when the run is there.'),
}

const inject = open({
  id: name,
  ...when,
  kind: z.enum(faultKinds as [FaultKind, ...FaultKind[]]),
  target: open({
    service: name.optional(),
    host: name.optional(),
    database: name.optional(),
    channel: name.optional().describe('One of drill.notify.'),
    command: name.optional().describe('One of drill.commands.'),
  })
    .optional()
    .describe('A service with its host, a host, a database or a channel, as the kind has it; events have none.'),
  with: open({
    table: text.optional().describe('Of row_locks and statement_failure: whose rows.'),
    every: duration.optional().describe('Of latency: so much later. Of restart_loop: so long after each start.'),
    release: text.optional().describe('Of image_gone and tag_moved: which release.'),
    instead: text.optional().describe('Of tag_moved: the release its name leads to then.'),
    sessions: z.int().min(1).max(64).optional().describe('Of slow_queries: so many at once.'),
  })
    .optional()
    .describe('What the kind wants to know besides its target.'),
  expires: duration
    .optional()
    .describe('Taken away at the target by itself after so long, whoever is still there to do it.'),
  text: text.optional().describe('Of an event: what is said, and by whom.'),
  answer: z.boolean().default(false).describe('Of an event: it wants an answer.'),
})

const hint = open({ ...when, text, cost: z.int().min(0).describe('Points it takes from the score.') })

const targets = open({
  detect: duration.optional().describe('Until the first fault is noticed.'),
  declare: duration.optional().describe('Until its severity is decided.'),
  decide: duration
    .optional()
    .describe('Until it is settled what is done: of a rollback its plan approved, of anything else the decision.'),
  mitigate: duration.optional().describe('Until users are served again.'),
  verify: duration.optional().describe('Until the result of the checks is accepted.'),
  first_message: duration.optional().describe('Until a message is delivered.'),
  longest_silence: duration.optional().describe('Without a message, while users are hurt.'),
}).describe('All but the last are counted from the first fault on. One that is exactly met is kept.')

const stopCondition = open({
  check: z.string().optional().describe('That check does not pass ...'),
  fails_for: duration.optional().describe('... for so long.'),
  seen: text.optional().describe('What a person stops it for when they see it.'),
})

export const scenarioSchema = open({
  id: name,
  title: text,
  briefing: text
    .optional()
    .describe('What whoever plays it is told at the beginning, and no more than they would know.'),
  objectives: z.array(text).min(1).describe('What whoever plays it is to have learnt.'),
  environment: open({
    names: z.array(name).min(1),
    classes: z
      .array(z.enum(['staging', 'drill']))
      .min(1)
      .default(['staging', 'drill']),
  }).describe('Those it was written for. Whether it is one of them is proven at its targets.'),
  roles: open({
    owner: text,
    coordinator: text,
    reporter: text,
    observers: z.array(text).default([]),
    expert_absent: z.boolean().default(false).describe('Whoever knows the system best does not play.'),
  }),
  steady_state: z
    .array(z.string())
    .min(1)
    .describe('Checks by name: they pass before anything is injected, and again after the clean-up.'),
  injects: z.array(inject).min(1),
  hints: z.array(hint).default([]),
  expected: open({
    decision: z.enum(choices),
    path: z.array(text).default([]).describe('What a good way through it looks like, for the debrief.'),
  }),
  targets,
  stop_conditions: z.array(stopCondition).min(1),
  blast_radius: open({
    hosts: z.array(name).default([]),
    services: z.array(name).default([]),
    databases: z.array(name).default([]),
    channels: z.array(name).default([]),
  }).describe('All that may be hurt. What an inject reaches beyond it refuses the drill.'),
  deadline: duration.optional().describe('The drill is over by then, whatever happened; four hours at most.'),
  clean_up: z
    .array(open({ check: z.string().optional(), hand: text.optional().describe('Done by a person, who says so.') }))
    .default([])
    .describe('After every inject was taken back, which goes without saying.'),
})

export type WrittenScenario = z.infer<typeof scenarioSchema>
export type WrittenInject = z.infer<typeof inject>
