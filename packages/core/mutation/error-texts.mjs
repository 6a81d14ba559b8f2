import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin'

// What an error says is for people to read. That it is thrown, and with which code, is for tests to see:
// codes are mutated, texts are not.
const withText = /^(Error|TypeError|InvalidJwtError|NotSentError|ConfigurationError)$/
const makers = /^(invalid|unusable|otherIssuer|refused)$/
const finders = /^find\w+(Problem|Mismatch)$/

const isText = ({ type }) => type === 'StringLiteral' || type === 'TemplateLiteral'

function isErrorText({ node, parent, key, listKey, parentPath }) {
  if (parent.type === 'AssignmentExpression') return parent.left.property?.name === 'name'
  if (parent.type === 'NewExpression') return key === 0 && withText.test(parent.callee.name ?? '')
  if (parent.type === 'CallExpression' && listKey === 'arguments') {
    const { callee } = parent
    if (callee.type === 'Super') return key === 0
    if (callee.type === 'MemberExpression') {
      return callee.property.name === 'push' && callee.object.property?.name === 'problems'
    }
    return makers.test(callee.name ?? '')
  }
  if (!isText(node)) return false
  if (parent.type === 'ObjectProperty') return key === 'value' && parent.key.name === 'message'
  return finders.test(parentPath.getFunctionParent()?.node.id?.name ?? '')
}

const errorTexts = {
  shouldIgnore: (path) =>
    path.parent && isErrorText(path) ? 'The text of an error is for people to read.' : undefined,
}

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'error-texts', errorTexts)]
