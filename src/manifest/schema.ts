import { z } from 'zod'
import { accepted } from './accepted.ts'
import { channel } from './schema-channels.ts'
import { check } from './schema-checks.ts'
import { database } from './schema-databases.ts'
import { duration, name, open } from './schema-parts.ts'
import { rehearsal } from './schema-rehearsal.ts'

/** What this version of Astern knows. Unknown keys are faults; `x-` keys pass anywhere. */
const address = z.string().describe('What {host} in addresses stands for.')

const endpoint = z
  .string()
  .regex(
    /^(unix:\/\/\/.+|tcp:\/\/[^/:]+:\d+|ssh:\/\/[^/:-][^/:]*(:\d+)?)$/,
    'is written unix:///PATH, tcp://HOST:PORT or ssh://[USER@]HOST[:PORT]',
  )

const way = {
  tls: z
    .union([open({ ca: z.string(), cert: z.string(), key: z.string() }), z.literal('none')])
    .optional()
    .describe('For tcp://: files, or none where the network itself is trusted.'),
  ssh_config: z.string().optional().describe("For ssh://: a file instead of the account's own configuration."),
  address: address.optional(),
}

const host = z.union([
  open({
    releases: z.string().describe('A directory tree of release directories, on this machine or mounted here.'),
    address: address.default('127.0.0.1'),
  }),
  open({
    docker: endpoint.describe(
      "A Docker Engine. ssh:// goes through the system's own ssh, with its configuration and known hosts.",
    ),
    ...way,
  }),
  open({
    swarm: z
      .union([endpoint, z.array(endpoint).min(1)])
      .describe(
        'A Swarm, by the Engines of its managers, reached as a Docker Engine is: where one gives no answer, the next is asked.',
      ),
    ...way,
  }),
  open({ context: name.describe("One of the Docker client's contexts."), address: address.optional() }),
])

const probe = z.union([
  open({ http: z.string(), expect: open({ status: z.int() }).default({ status: 200 }) }),
  open({ tcp: z.string().regex(/^.+:\d+$/, 'is written host:port') }),
  open({ command: z.array(z.string()).min(1) }),
])

const call = {
  http: open({ url: z.string(), method: z.string().default('POST'), expect: z.int().default(200) }).optional(),
  command: z.array(z.string()).min(1).optional().describe('An argument list, run on this machine.'),
}

const traffic = open({
  drain: open({ ...call, wait: duration.optional().describe('Waited for after them, for what is under way.') })
    .optional()
    .describe('Before an instance stops.'),
  start_first: z
    .literal(true)
    .optional()
    .describe(
      'Requests reach whatever runs of it: the target starts beside what it replaces, where nothing is held that only one can hold.',
    ),
  reload: open(call).optional().describe('Once an instance is healthy again: the reload of a proxy.'),
})

const connect = open({
  command: z.array(z.string()).min(1).describe('Run inside the container; ends with 0 where all is well.'),
})

const service = open({
  hosts: z.array(name).min(1),
  release: open({
    path: z.string().describe("Below the host's directory; in it releases/ and the link current."),
    start: z.array(z.string()).min(1).describe('An argument list; {release} is the release directory.'),
    env: z.record(z.string(), z.union([z.string(), z.number().transform(String)])).default({}),
  }).optional(),
  container: z
    .string()
    .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/, 'is not a name a container can have')
    .optional()
    .describe('On a Docker host: the name of its container.'),
  compose: open({ project: name, service: name, number: z.int().min(1).default(1) })
    .optional()
    .describe('On a Docker host: the container with these labels of Compose.'),
  swarm: z
    .string()
    .regex(/^[a-zA-Z0-9]+(?:[._-]+[a-zA-Z0-9]+)*$/, 'is not a name a service of a Swarm can have')
    .optional()
    .describe('On a Swarm: the name of its service there.'),
  kind: z.enum(['web', 'worker', 'cron', 'singleton']).default('web'),
  max_parallel: z.int().min(1).optional().describe('Hosts of it that are replaced at once; 1 otherwise.'),
  depends_on: z.array(name).default([]).describe('Services or databases.'),
  stop: open({ grace: duration.default(30_000) }).default({ grace: 30_000 }),
  traffic: traffic.optional(),
  signature: open({ command: z.array(z.string()).min(1) })
    .optional()
    .describe(
      'Run on this machine before anything stops; {image} is the image with its digest. Ends with 0 where it is signed.',
    ),
  connects: z
    .array(connect)
    .min(1)
    .optional()
    .describe('What each started container has to reach, asked from inside it.'),
  health: probe.optional(),
  identity: open({ http: z.string(), json: z.string() }).optional().describe('Where it says its own version.'),
})

const severityRule = open({
  is: z.enum(['SEV-1', 'SEV-2', 'SEV-3', 'SEV-4', 'SEV-5']),
  check: z.string().optional().describe('That check does not pass.'),
  group: z
    .enum(['critical', 'auth', 'core', 'integration', 'infra'])
    .optional()
    .describe('A must check of that group does not pass.'),
  service: name.optional().describe('That service is not well on any host.'),
})

const timezone = z.string().refine(isTimezone, 'is no time zone, as Europe/Madrid is one')

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const timing = open({
  health_deadline: duration.default(120_000),
  probe_interval: duration.default(2000),
  probe_timeout: duration.default(5000),
  consecutive: z.int().min(1).default(3),
  stable: duration.default(15_000),
  watch: duration.default(300_000),
  turn_back: duration.default(1_800_000),
  recovery: duration
    .optional()
    .describe('The recovery objective: users are to be served again so long after the impact began.'),
  checks: duration.optional().describe('A suite of checks is over by then; 2m without it.'),
})

export const manifestSchema = open({
  environment: open({ name, class: z.enum(['production', 'staging', 'drill']) }),
  hosts: z.record(name, host),
  services: z.record(name, service),
  databases: z.record(name, database).default({}),
  impact: z
    .record(name, probe)
    .optional()
    .describe(
      'What users reach, asked all the time from the assessment to the close: how much of it failed, and for how long.',
    ),
  severity: z
    .array(severityRule)
    .optional()
    .describe('What is proposed: the first that fits; where none does, as many checks fail.'),
  checks: z.array(check).default([]),
  notify: z.record(name, channel).default({}),
  review: open({
    timezone: timezone.describe('As Europe/Madrid: its working hours are those the post-mortem is proposed in.'),
  })
    .optional()
    .describe('Without it the post-mortem is proposed for the working hours of this machine.'),
  timing: timing.default(accepted(timing)),
  rehearsal: rehearsal.optional(),
  artifacts: z
    .string()
    .optional()
    .describe('A directory, on this machine, of images saved with docker save (*.tar). Protection from a prune.'),
  approval: open({
    second_person: z
      .enum(['never', 'destructive', 'always'])
      .describe('Which plans a second person approves too, from another account of this machine.'),
  }).optional(),
  drill: open({
    production: z
      .string()
      .optional()
      .describe(
        'A file where record and freeze publish what production is, and where drills read it. Left out: production.json in the home, which other bastions do not meet.',
      ),
    notify: z.record(name, channel).optional().describe('Channels of drills. Those of notify are never told.'),
    proxies: z
      .array(z.string().regex(/^(unix:\/\/\/|http:\/\/)/))
      .optional()
      .describe(
        'Where proxies of astern drill --proxy are told what to do: unix:///run/proxy.sock, http://127.0.0.1:9470.',
      ),
    commands: z
      .record(
        name,
        open({
          run: z.array(z.string()).min(1).describe('Puts it there. May be run again.'),
          undo: z.array(z.string()).min(1).describe('Takes it back, also where it was never run.'),
          probe: z.array(z.string()).min(1).describe('Ends with 0 while it is in effect.'),
          timeout: duration.default(60_000),
        }),
      )
      .optional()
      .describe('What a team does to itself in its own way: a deployment of a bad release.'),
    disks: z.record(name, z.string()).optional().describe('By host, a path on a file system that drills may fill.'),
  }).optional(),
})

export type Written = z.infer<typeof manifestSchema>
export type WrittenHost = z.infer<typeof host>
export type WrittenService = z.infer<typeof service>
export type WrittenTraffic = z.infer<typeof traffic>
export type WrittenProbe = z.infer<typeof probe>
