/** Cookies of one flow, kept and sent as a browser would. */
export type Cookies = {
  readonly header: (url: string) => Promise<string>
  readonly keep: (url: string, setCookies: readonly string[]) => Promise<void>
}

export async function openCookies(): Promise<Cookies> {
  const { CookieJar } = await import('tough-cookie')
  const jar = new CookieJar()
  return {
    header: url => jar.getCookieString(url),
    keep: async (url, setCookies) => {
      for (const cookie of setCookies) await jar.setCookie(cookie, url, { ignoreError: true })
    },
  }
}
