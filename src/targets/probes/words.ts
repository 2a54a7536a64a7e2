const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name server does not answer',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  EADDRNOTAVAIL: 'this machine has no address to reach it from',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by nobody known here',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by nobody known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by nobody known here',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS',
  ERR_INVALID_HTTP_TOKEN: 'its method or the name of a header has a character that cannot be sent',
  ERR_INVALID_CHAR: 'a header has a character that cannot be sent',
}

/** What a failed connection says to the operator, by its code; its text is never looked at. */
export function networkWords(error: unknown): string {
  const code = codeOf(error)
  return words[code] ?? (code.startsWith('HPE_') ? 'it does not speak HTTP' : `it failed (${code})`)
}

/** Whether it shows that nothing can be reached there; a name that is not known may be a name server that is ill. */
export function showsNoListener(error: unknown): boolean {
  return !['ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL', 'EMFILE'].includes(codeOf(error))
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
