import type { ThemeName } from '../ui/theme.ts'

/** The options of all commands, as commander hands them over. */
export type Flags = {
  readonly config?: string
  readonly json?: boolean
  readonly plain?: boolean
  readonly screenReader?: boolean
  readonly color: boolean
  readonly ascii?: boolean
  readonly animation: boolean
  readonly slowLink?: boolean
  readonly theme?: ThemeName
  /** Each new moment is explained. */
  readonly guided?: boolean
  readonly version?: string
  readonly to?: string
  readonly emergency?: boolean
  readonly preserveData?: boolean
  readonly configuration?: 'today' | 'recorded'
  /** True: the newest that fits. */
  readonly restore?: string | true
  /** True: up to the moment before the migrations. */
  readonly replay?: string | true
  readonly flashback?: string
  readonly table?: readonly string[]
  readonly database?: string
  readonly salvage: boolean
  readonly service?: readonly string[]
  readonly headless?: boolean
  readonly confirm?: readonly string[]
  readonly confirmPlan?: string
  readonly reason?: string
  readonly at?: string
  readonly owner?: string
  readonly cancel?: boolean
  readonly breakLock?: string
  readonly docker?: readonly string[]
  readonly swarm?: readonly string[]
  readonly context?: readonly string[]
  readonly project?: string
  readonly fromHosts?: boolean
  readonly take?: string
  readonly clear?: string
  readonly save?: boolean
  readonly sendTest?: boolean
  /** Ids of proposals. */
  readonly accept?: readonly string[]
  readonly never?: readonly string[]
  readonly junit?: string
  readonly baseline?: string
  /** Of a drill: whether it may be played, alone. */
  readonly check?: boolean
  readonly mark?: boolean
  readonly debrief?: boolean
  readonly halt?: boolean
  readonly cleanUp?: boolean
  /** Of drills: those Astern brings along. */
  readonly list?: boolean
  /** True: as it comes. */
  readonly sandbox?: 'embedded' | 'docker' | 'end' | true
  readonly proxy?: string
  /** Of a drill: lead it. */
  readonly facilitate?: boolean
  readonly format?: 'markdown' | 'html' | 'json' | 'csv' | 'junit' | 'text' | 'tap'
}
