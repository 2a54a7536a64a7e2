import type { Hash } from '../tool.ts'

export type SqitchTag = { readonly id: string; readonly tag: string; readonly note: string } & Planned
export type SqitchChange = {
  readonly id: string
  readonly project: string
  readonly change: string
  readonly note: string
  /** `id` null: a change of another project. */
  readonly requires: readonly { readonly as: string; readonly id: string | null }[]
  readonly conflicts: readonly string[]
  readonly tags: readonly SqitchTag[]
} & Planned

/** `at` as the plan has it: `2026-11-18T09:00:00Z`. */
type Planned = { readonly at: string; readonly planner: string; readonly email: string }

/**
 * The changes of a sqitch.plan, in its order, with the ids Sqitch computes for them: sha1 over what the plan says of a
 * change and over the id of the one before it (App::Sqitch::Plan::Change and ::Tag, `info` and `id`).
 */
export function changesOf(plan: string, hash: Hash): readonly SqitchChange[] {
  const pragma = (name: string): string | null => new RegExp(`^%${name}=(.*)$`, 'm').exec(plan)?.[1]?.trim() ?? null
  const project = pragma('project') ?? ''
  const uri = pragma('uri')
  const origin = [`project ${project}`, ...(uri === null ? [] : [`uri ${uri}`])]
  const changes: SqitchChange[] = []
  for (const line of plan.split('\n')) {
    const parsed = parseLine(line)
    if (parsed === null) continue
    const { name, needs, note, ...planned } = parsed
    const signed = [`planner ${planned.planner} <${planned.email}>`, `date ${planned.at}`]
    const closing = note === '' ? [] : ['', note]
    const parent = changes.at(-1)
    if (name.startsWith('@')) {
      if (parent === undefined) continue
      const info = [...origin, `tag ${name}`, `change ${parent.id}`, ...signed, ...closing]
      const tag = { id: idOf('tag', info, hash), tag: name, note, ...planned }
      changes[changes.length - 1] = { ...parent, tags: [...parent.tags, tag] }
      continue
    }
    const requires = needs
      .filter(need => !need.startsWith('!'))
      .map(as => ({ as, id: changeNamed(as, project, changes) }))
    const conflicts = needs.filter(need => need.startsWith('!')).map(need => need.slice(1))
    const info = [
      ...origin,
      `change ${name}`,
      ...(parent === undefined ? [] : [`parent ${parent.id}`]),
      ...signed,
      ...(requires.length === 0 ? [] : [`requires\n  + ${requires.map(({ as }) => as).join('\n  + ')}`]),
      ...(conflicts.length === 0 ? [] : [`conflicts\n  - ${conflicts.join('\n  - ')}`]),
      ...closing,
    ]
    changes.push({
      id: idOf('change', info, hash),
      project,
      change: name,
      note,
      requires,
      conflicts,
      tags: [],
      ...planned,
    })
  }
  return changes
}

type Line = { readonly name: string; readonly needs: readonly string[]; readonly note: string } & Planned

function parseLine(line: string): Line | null {
  const pattern =
    /^\s*\+?\s*([^\s#%[][^\s[]*)(?:\s+\[([^\]]*)\])?\s+(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\s+(.+?)\s+<([^>]*)>\s*(?:#\s*(.*?)\s*)?$/
  const match = pattern.exec(line)
  if (match === null) return null
  const [, name = '', needs = '', at = '', planner = '', email = '', note = ''] = match
  return { name, needs: needs.split(/\s+/).filter(need => need !== ''), at, planner, email, note: unescaped(note) }
}

function unescaped(note: string): string {
  return note.replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character))
}

function idOf(kind: string, info: readonly string[], hash: Hash): string {
  const content = info.join('\n')
  return hash('sha1', `${kind} ${new TextEncoder().encode(content).length}\0${content}`)
}

/** `name`, `name@tag` or `@tag`: the last one of that name, or the last one at that tag. */
function changeNamed(need: string, project: string, changes: readonly SqitchChange[]): string | null {
  const [, other, name = '', tag] = /^(?:([^:@]+):)?([^@]*)(?:(@.+))?$/.exec(need) ?? []
  if (other !== undefined && other !== project) return null
  const upTo = tag === undefined ? -1 : changes.findIndex(({ tags }) => tags.some(one => one.tag === tag))
  const reached = upTo < 0 ? changes : changes.slice(0, upTo + 1)
  return (name === '' ? reached.at(-1) : reached.findLast(({ change }) => change === name))?.id ?? null
}
