import Document, {
  type DocumentContext,
  type DocumentInitialProps,
  Head,
  Html,
  Main,
  NextScript,
} from 'next/document'
import type { ReactElement } from 'react'

interface Props extends DocumentInitialProps {
  readonly nonce: string
}

/** The Pages Router is told the nonce of the content security policy; the App Router finds it by itself. */
export default class SiteDocument extends Document<Props> {
  static override async getInitialProps(context: DocumentContext): Promise<Props> {
    const policy = context.req?.headers['content-security-policy']
    const [, nonce = ''] = /'nonce-([^']+)'/.exec(String(policy)) ?? []
    return { ...(await Document.getInitialProps(context)), nonce }
  }

  override render(): ReactElement {
    const { nonce } = this.props
    return (
      <Html lang="en">
        <Head nonce={nonce}>
          <link rel="stylesheet" href="/style.css" />
          <link rel="stylesheet" href="/pages-router.css" />
          <link rel="icon" href="/icon.svg" type="image/svg+xml" />
          <meta name="color-scheme" content="light dark" />
        </Head>
        <body>
          <Main />
          <NextScript nonce={nonce} />
        </body>
      </Html>
    )
  }
}
