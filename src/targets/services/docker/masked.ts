import type { Inspected } from './find.ts'

/**
 * What a container was, as evidence: everything but what may be secret. Of the environment, of log options, of labels that people
 * set, and of an argument's value after its `=` only the name is kept; the values stay where they are, in the container itself.
 */
export function maskedInspect(container: Inspected): string {
  const { Config, HostConfig, Id, Name, Created, Image, Mounts, NetworkSettings } = container
  const { LogConfig } = HostConfig
  return JSON.stringify({
    Id,
    Name,
    Created,
    Image,
    Config: {
      ...Config,
      Env: (Config.Env ?? []).map(nameOnly),
      Cmd: masked(Config.Cmd),
      Entrypoint: masked(Config.Entrypoint),
      Labels: maskedLabels(Config.Labels),
      ...(Config.Healthcheck === undefined
        ? {}
        : { Healthcheck: { ...Config.Healthcheck, Test: masked(Config.Healthcheck.Test) } }),
    },
    HostConfig: {
      ...HostConfig,
      ...(LogConfig === undefined
        ? {}
        : {
            LogConfig: {
              ...LogConfig,
              Config: Object.fromEntries(Object.keys(LogConfig.Config ?? {}).map(key => [key, '***'])),
            },
          }),
    },
    Mounts,
    Networks: NetworkSettings.Networks,
  })
}

function nameOnly(entry: string): string {
  return `${entry.split('=')[0] ?? ''}=***`
}

/** Those of Docker's own tools and of Astern say what a container belongs to. */
function maskedLabels(labels: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> {
  const known = /^(com\.docker|org\.opencontainers|astern)\./
  return Object.fromEntries(
    Object.entries(labels ?? {}).map(([name, value]) => [name, known.test(name) ? value : '***']),
  )
}

/** `--password=x` keeps its name; a word of its own that follows an option which sounds secret is hidden whole. */
function masked(argv: string | readonly string[] | null | undefined): string | readonly string[] | null {
  if (argv === null || argv === undefined) return null
  const words = typeof argv === 'string' ? argv.split(' ') : argv
  return words.map((word, index) => {
    if (secret.test(words[index - 1] ?? '') && !word.startsWith('-')) return '***'
    return /^[\w.-]+=/.test(word) ? nameOnly(word) : word.replaceAll(/\/\/[^/@\s]+@/g, '//***@')
  })
}

const secret = /^-{1,2}[\w-]*(pass|secret|token|key|credential)[\w-]*$/i
