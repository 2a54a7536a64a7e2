import type { ImageNamed, Kept } from '../../../../state/facts.ts'
import type { Engine } from '../engine.ts'
import { credentialsFor, secretsIn } from './credentials.ts'
import { inTurn } from './turns.ts'

/** Less than the ten seconds after which an Engine gives up by itself, and says it in words that are not matched. */
const askMs = 8_000

export type Asked = Pick<Kept, 'registry' | 'why'> & {
  /** `repository@sha256:...`, as it was found. */
  readonly reference: string | null
}

/** Whether a registry still has an image, asked by its host's own Engine: that is the one which would pull it. */
export async function askRegistries(engine: Engine, image: ImageNamed | undefined): Promise<Asked> {
  const digests = image?.digests ?? []
  if (digests.length === 0) return { registry: 'does not', why: 'no registry was recorded for it', reference: null }
  const answers: Asked[] = []
  for (const reference of digests) {
    const asked = await ask(engine, reference)
    if (asked.registry === 'holds it') return asked
    answers.push(asked)
  }
  return {
    registry: answers.some(({ registry }) => registry === 'unknown') ? 'unknown' : 'does not',
    why: [...new Set(answers.map(({ why }) => why))].join('; '),
    reference: null,
  }
}

async function ask(engine: Engine, reference: string): Promise<Asked> {
  const registry = registryOf(reference)
  const { account, note } = await credentialsFor(registry)
  for (const secret of secretsIn(account)) engine.hide(secret)
  const answer = await inTurn(engine, registry, async () => {
    const value = await engine.call(
      `ask ${registry} for an image`,
      docker => docker.getImage(reference).distribution(account === null ? {} : { authconfig: account }),
      askMs,
    )
    return { silent: value.status === null, value }
  })
  const said = (is: Asked['registry'], why: string): Asked => ({ registry: is, why, reference: null })
  if (answer === 'keeps silent') return said('unknown', `${registry} gave no answer a moment ago`)
  if (answer.ok) return { registry: 'holds it', why: registry, reference }
  if (answer.status === null) return said('unknown', `${registry} gave no answer through ${engine.host}`)
  const words = answer.fault.detail ?? answer.fault.what
  const aside = note === '' ? '' : ` (${note})`
  if (answer.status === 404) return said('does not', `${registry} does not have ${reference}`)
  if (answer.status === 401 || answer.status === 403)
    return said('unknown', `${registry} refuses the account of the Docker client here${aside}`)
  return said('unknown', `${registry} could not be asked${aside}: ${words}`)
}

/** `registry:5000/shop/api@sha256:...` -> `registry:5000`; a name without a registry is Docker Hub's. */
export function registryOf(reference: string): string {
  const [first = '', ...rest] = reference.split('/')
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io'
}
