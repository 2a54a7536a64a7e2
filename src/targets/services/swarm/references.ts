import type { SwarmReference, SwarmReferences } from '../../../state/facts.ts'
import { canonical, type Json } from '../../../state/json.ts'
import type { Engine } from '../docker/engine.ts'
import type { ConfigReference, ContainerSpec, SecretReference } from './api.ts'

export function referencesIn({ Configs = [], Secrets = [] }: ContainerSpec): SwarmReferences {
  return {
    configs: sorted(Configs.map(({ ConfigID: id, ConfigName: name, File = null }) => ({ id, name, file: File }))),
    secrets: sorted(Secrets.map(({ SecretID: id, SecretName: name, File = null }) => ({ id, name, file: File }))),
  }
}

export function withReferences(spec: ContainerSpec, references: SwarmReferences | undefined): ContainerSpec {
  if (references === undefined || sameReferences(referencesIn(spec), references)) return spec
  const Configs: readonly ConfigReference[] = references.configs.map(({ id, name, file }) => ({
    ConfigID: id,
    ConfigName: name,
    ...(file === null ? {} : { File: file }),
  }))
  const Secrets: readonly SecretReference[] = references.secrets.map(({ id, name, file }) => ({
    SecretID: id,
    SecretName: name,
    ...(file === null ? {} : { File: file }),
  }))
  return { ...spec, Configs, Secrets }
}

export function sameReferences(one: SwarmReferences, other: SwarmReferences): boolean {
  const text = ({ configs, secrets }: SwarmReferences): string =>
    canonical([sorted(configs), sorted(secrets)] as unknown as Json)
  return text(one) === text(other)
}

function sorted(references: readonly SwarmReference[]): readonly SwarmReference[] {
  return [...references].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

/** `config shop-api-3`: what is referred to and is not there any more. What could not be asked counts as there. */
export async function goneFrom(engine: Engine, { configs, secrets }: SwarmReferences): Promise<readonly string[]> {
  const gone = async (kind: 'config' | 'secret', { id, name }: SwarmReference): Promise<readonly string[]> => {
    const answer = await engine.call<unknown>(`look at ${kind} ${name}`, docker =>
      kind === 'config' ? docker.getConfig(id).inspect() : docker.getSecret(id).inspect(),
    )
    return answer.status === 404 ? [`${kind} ${name}`] : []
  }
  const all = await Promise.all([
    ...configs.map(one => gone('config', one)),
    ...secrets.map(one => gone('secret', one)),
  ])
  return all.flat()
}
