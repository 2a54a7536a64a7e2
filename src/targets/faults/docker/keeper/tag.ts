import { createHash } from 'node:crypto'
import type { Aim } from '../aim.ts'
import { done, type Daemon } from './daemon.ts'
import type { KeptFault } from './kept-fault.ts'

type TagAim = Extract<Aim, { readonly kind: 'tag' }>

export type Image = {
  readonly Id: string
  readonly RepoTags?: readonly string[]
  readonly RepoDigests?: readonly string[]
}

/** Null: nothing is called that. */
export async function lookAtImage(daemon: Daemon, name: string): Promise<Image | null> {
  const said = await daemon.ask('GET', `/images/${encodeURIComponent(name)}/json`)
  if (said.status === 404) return null
  done(said, `look at image ${name}`)
  return said.body as Image
}

export async function nameImage(daemon: Daemon, id: string, name: string): Promise<void> {
  const [repo = '', tag = 'latest'] = name.split(/:(?=[^/]*$)/)
  const query = new URLSearchParams({ repo, tag }).toString()
  done(await daemon.ask('POST', `/images/${encodeURIComponent(id)}/tag?${query}`), `name an image ${name}`)
}

/** Names lead to another image. The one they led to keeps a name, so that nobody prunes it meanwhile. */
export function tagFault(daemon: Daemon, { id, names, instead }: TagAim, whose: string): KeptFault {
  const keptAs = `astern/kept-${createHash('sha256').update(whose).digest('hex').slice(0, 12)}:latest`
  return {
    put: async () => {
      await nameImage(daemon, id, keptAs)
      for (const name of names) await nameImage(daemon, instead, name)
      return `${names.join(', ')} leads to ${short(instead)}`
    },
    takeBack: async () => {
      const says: string[] = []
      for (const name of names) says.push(await leadBack(daemon, { id, instead }, name))
      const own = await lookAtImage(daemon, keptAs)
      if (own === null) return says.join('; ')
      // Taking an image's last name away would take the image away.
      if ((own.RepoTags ?? []).some(name => name !== keptAs))
        done(
          await daemon.ask('DELETE', `/images/${encodeURIComponent(keptAs)}?noprune=1`),
          `take ${keptAs} away`,
          [404],
        )
      else says.push(`${short(id)} has no other name than ${keptAs} now, and keeps it`)
      return says.join('; ')
    },
  }
}

async function leadBack(
  daemon: Daemon,
  { id, instead }: Pick<TagAim, 'id' | 'instead'>,
  name: string,
): Promise<string> {
  const now = await lookAtImage(daemon, name)
  if (now?.Id === id) return `${name} leads where it led`
  if (now !== null && now.Id !== instead) return `somebody has led ${name} to ${short(now.Id)} meanwhile: it stays so`
  await nameImage(daemon, id, name)
  return `${name} leads to ${short(id)} again`
}

export function short(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12)
}
