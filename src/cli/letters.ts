import type { Flags } from './flags.ts'

/** What a screen is drawn with, and why, where it is not what was asked for. */
export type Letters = { readonly ascii: boolean; readonly says: string | null }

type Env = Readonly<Record<string, string | undefined>>

export function lettersOf({ ascii }: Pick<Flags, 'ascii'>, env: Env): Letters {
  if (ascii === true) return { ascii, says: null }
  const [name, locale] = localeOf(env)
  if (/utf-?8/i.test(locale)) return { ascii: false, says: null }
  const why = name === null ? 'no locale is set' : `${name}=${locale} is no UTF-8 locale`
  return {
    ascii: true,
    says: `ASCII on the screen, since ${why}. Where the terminal shows UTF-8 all the same: LC_ALL=C.UTF-8 astern ...`,
  }
}

/** As the C library reads them: the first that is set counts. */
function localeOf(env: Env): readonly [name: string | null, locale: string] {
  for (const name of ['LC_ALL', 'LC_CTYPE', 'LANG']) {
    const locale = env[name] ?? ''
    if (locale !== '') return [name, locale]
  }
  return [null, '']
}
