import type { Listed } from './names.ts'

/** What else changes containers by itself, known by the name of its image. Others do so too, and are not seen here. */
const known: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/(^|\/)watchtower(:|@|$)/, 'Watchtower updates containers to the newest image of their tag'],
  [/(^|\/)ouroboros(:|@|$)/, 'Ouroboros updates containers to the newest image of their tag'],
  [/(^|\/)shepherd(:|@|$)/, 'Shepherd updates services to the newest image of their tag'],
  [/(^|\/)drydock(:|@|$)|whats-?up-?docker/, 'WUD (What is Up, Docker) may update containers by itself'],
  [/(^|\/)doco-cd(:|@|$)/, 'doco-cd deploys what stands in its repository'],
  [/(^|\/)komodo-periphery(:|@|$)/, 'Komodo deploys here'],
  [
    /(^|\/)portainer[^/]*(:|@|$)|(^|\/)portainer\/agent(:|@|$)/,
    'Portainer deploys here, also by itself where a stack polls its repository',
  ],
]

/** Running containers that may undo a rollback, or repeat the deployment it goes back from. */
export function rivalsOf(host: readonly Listed[]): readonly string[] {
  return host
    .filter(({ state }) => state === 'running')
    .flatMap(({ name, image }) => {
      const [, what] = known.find(([pattern]) => pattern.test(image)) ?? []
      return what === undefined
        ? []
        : [`${what} (container ${name}): it may undo this, so stop it first, and start it again after the follow-up`]
    })
}
