import { refusal, type DrillQuestion, type DrillRefusal, type Found } from '../facts.ts'
import { idWords, kindOfId } from '../identity.ts'
import { listedAmong, type Listed, type ListRead, type Production } from '../production.ts'

/** No target is production's, by whatever name or address it was reached: what it says it is counts. */
export function productionRules({ manifest, seen, list }: Pick<DrillQuestion, 'manifest' | 'seen' | 'list'>): Found {
  if (!list.ok) return { refusals: [unread(list)], proven: [] }
  const { production, file } = list
  const count = Object.values(production).reduce((sum, { ids }) => sum + Object.keys(ids).length, 0)
  if (count === 0) {
    const what = `the list of production in ${file} names no target, which proves nothing`
    return { refusals: [refusal('list.empty', what, publish)], proven: [] }
  }
  if (seen === null) return { refusals: [], proven: [] }
  const { hosts, databases } = seen
  const named = (kind: string, names: readonly string[]) => names.map(name => ({ kind, name }))
  const targets = [
    ...named('host', Object.keys(manifest.hosts)).map(one => ({ ...one, sight: hosts[one.name] })),
    ...named('database', Object.keys(manifest.databases)).map(one => ({ ...one, sight: databases[one.name] })),
  ]
  const refusals = targets.flatMap(({ kind, name, sight }) =>
    sight?.ok === true ? listed(production, `${kind} ${name}`, sight.value.identity.ids) : [],
  )
  const names = Object.keys(production).sort().join(', ')
  const proven = [`none of them is among the ${count} ids of production (${names}) in ${file}`]
  return { refusals, proven: refusals.length === 0 ? proven : [] }
}

const publish =
  'Publish it: astern record or astern freeze, in the production environment; drill.production says where.'

function unread({ file, why, words }: Extract<ListRead, { readonly ok: false }>): DrillRefusal {
  const what = {
    missing: `there is no list of production in ${file}`,
    unreadable: `the list of production in ${file} cannot be read: ${words}`,
    damaged: `the list of production in ${file} is damaged: it is not what Astern wrote`,
  }[why]
  const next = {
    missing: publish,
    unreadable: 'Put its rights right, or mount the disk it is on.',
    damaged: `Look who changed it. Move it away, and publish anew: ${publish}`,
  }[why]
  return refusal(`list.${why}`, what, next)
}

/** What is hit tells most where it is the most particular: a schema before its server, a directory before its machine. */
const order = ['schema', 'file', 'directory', 'engine', 'swarm', 'node', 'server', 'machine']

function listed(production: Production, target: string, ids: readonly string[]): readonly DrillRefusal[] {
  const [hit] = listedAmong(production, ids).toSorted((a, b) => rank(a) - rank(b))
  if (hit === undefined) return []
  const { environment, what, id } = hit
  const next = `Name a target in astern.yaml that is not production's. What is production no more is forgotten 90 days after ${hit.at}.`
  const is = shared.has(kindOfId(id)) ? 'lies on the same' : 'is the same'
  return [
    refusal(
      `production.${kindOfId(id)}`,
      `${target} ${is} ${idWords(id)} as ${what} of ${environment}, which is production`,
      next,
    ),
  ]
}

const shared: ReadonlySet<string> = new Set(['server', 'machine', 'swarm'])

function rank({ id }: Listed): number {
  return order.indexOf(kindOfId(id))
}
