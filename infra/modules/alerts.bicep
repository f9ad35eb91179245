@description('Who is told what, and when. The names of the events are those of shared/ports/log.ts.')
param name string
param location string
param tags object
param workspaceId string
@description('E-mail that is told; empty switches every alert off.')
param alertEmail string
@description('Logs arrive some minutes late: fewer would fire all the time.')
@minValue(5)
@maxValue(1440)
param noPollMinutes int
@minValue(1)
param healedPolls int
@minValue(1)
param pollFailures int
@minValue(1)
param throttlings int
@minValue(1)
param expiryDays int
@minValue(1)
param readFailures int
@description('0 switches the alert for an ACD that asks no more off.')
@minValue(0)
@maxValue(1440)
param noPullMinutes int

var fields = 'AppTraces | where Message startswith "{0} " | extend fields = parse_json(substring(Message, {1}))'
var polled = format(fields, 'poll.succeeded', 15)
var failed = format(fields, 'poll.failed', 12)
var healed = format(fields, 'poll.healed', 12)
var refused = format(fields, 'request.failed', 15)
var pulled = format(fields, 'pulls.served', 13)
var synced = format(fields, 'sync.succeeded', 15)
var unsynced = format(fields, 'sync.failed', 12)

var windows = [5, 10, 15, 30, 45, 60, 120, 180, 240, 300, 360, 1440]

@description('The shortest window that a rule may have and that holds so many minutes.')
func windowOf(minutes int, allowed array) string => 'PT${first(filter(allowed, size => size >= minutes)) ?? 1440}M'

var rules = [
  {
    name: 'no-poll'
    severity: 1
    window: windowOf(noPollMinutes, windows)
    title: 'Teams is not read any more'
    text: 'No poll has read everybody for ${noPollMinutes} minutes: some or all agents are unknown to the ACD, and not reachable. Azure administrator: run the doctor, read GET /api/v1/health; restart the function app if its timer is dead.'
    query: '${polled} | summarize recent = countif(TimeGenerated > ago(${noPollMinutes}m)), all = count() | project number = iff(all > 0 and recent == 0, 1, 0)'
    operator: 'GreaterThanOrEqual'
    threshold: 1
    enabled: true
  }
  {
    name: 'timer-dead'
    severity: 2
    window: 'PT15M'
    title: 'The timer of the connector has stopped'
    text: 'Reads of the ACD poll Teams in place of the timer: the answers are fresh only while it asks. Azure administrator: restart the function app; if that does not help, deploy the package again.'
    query: '${healed} | summarize number = count()'
    operator: 'GreaterThanOrEqual'
    threshold: healedPolls
    enabled: true
  }
  {
    name: 'poll-failures'
    severity: 2
    window: 'PT15M'
    title: 'Polls of Teams fail'
    text: 'At least ${pollFailures} faults of polls in 15 minutes. Azure administrator: GET /api/v1/health names them and what mends them.'
    query: 'let worked = toscalar(${polled} | count); ${failed} | where worked > 0 and TimeGenerated > ago(15m) and tostring(fields.code) != "graph_throttled" | summarize number = count()'
    operator: 'GreaterThanOrEqual'
    threshold: pollFailures
    enabled: true
  }
  {
    name: 'graph-throttling'
    severity: 3
    window: 'PT30M'
    title: 'Microsoft Graph asks to wait'
    text: 'Microsoft Graph kept at least ${throttlings} polls in 30 minutes from reading everybody, because it asks to wait. Azure administrator: poll less often (POLL_SCHEDULE), or see who else uses the app registration.'
    query: '${failed} | where tostring(fields.code) == "graph_throttled" | summarize number = count()'
    operator: 'GreaterThanOrEqual'
    threshold: throttlings
    enabled: true
  }
  {
    name: 'expiry'
    severity: 2
    window: 'PT60M'
    title: 'The secret or the password of the connector ends soon'
    text: 'Fewer than ${expiryDays} days are left. The Entra administrator creates a new client secret (or sets a new password), the Azure administrator stores it in the vault as a new version, and the doctor proves that it works: npm run doctor -- --url … --key …'
    query: '${polled} | where (toint(fields.secretDaysLeft) >= 0 and toint(fields.secretDaysLeft) < ${expiryDays}) or (toint(fields.passwordDaysLeft) >= 0 and toint(fields.passwordDaysLeft) < ${expiryDays}) | summarize number = count()'
    operator: 'GreaterThanOrEqual'
    threshold: 1
    enabled: true
  }
  {
    name: 'read-failures'
    severity: 2
    window: 'PT15M'
    title: 'The ACD gets no answers'
    text: 'At least ${readFailures} requests were answered 5xx in 15 minutes. Azure administrator: GET /api/v1/health; check the storage account, its network and the roles of the identity.'
    query: '${refused} | where toint(fields.status) >= 500 | summarize number = sum(toint(fields.requests))'
    operator: 'GreaterThanOrEqual'
    threshold: readFailures
    enabled: true
  }
  {
    name: 'no-pull'
    severity: 2
    window: windowOf(max(noPullMinutes, 15), windows)
    title: 'The ACD does not ask any more'
    text: 'Nobody has asked for ${noPullMinutes} minutes. Administrator of the ACD: check the task or the call flow, the address and the header line with the key.'
    query: '${pulled} | where TimeGenerated > ago(${max(noPullMinutes, 1)}m) | summarize number = count()'
    operator: 'LessThan'
    threshold: 1
    enabled: noPullMinutes > 0
  }
  {
    name: 'sync-failed'
    severity: 3
    window: 'PT180M'
    title: 'Agents are not looked up any more'
    text: 'Two look-ups of the agents in Entra changed nothing within three hours. Azure administrator: GET /api/v1/match-report says why (syncFault).'
    query: 'let worked = toscalar(${synced} | count); ${unsynced} | where worked > 0 and TimeGenerated > ago(3h) | summarize number = count()'
    operator: 'GreaterThanOrEqual'
    threshold: 2
    enabled: true
  }
  {
    name: 'not-found'
    severity: 3
    window: 'PT120M'
    title: 'Many agents are not found in Entra'
    text: 'More than 5 % of the agents are not found: for the ACD they are unknown. Administrator of the list: GET /api/v1/match-report names them and says what to correct.'
    query: '${synced} | where toint(fields.notFound) * 20 > toint(fields.agents) | summarize number = count()'
    operator: 'GreaterThanOrEqual'
    threshold: 1
    enabled: true
  }
]

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(alertEmail)) {
  name: name
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'presence'
    enabled: true
    emailReceivers: [{ name: 'administrator', emailAddress: alertEmail, useCommonAlertSchema: true }]
  }
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: if (!empty(alertEmail) && rule.enabled) {
    name: '${name}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.title
      description: rule.text
      severity: rule.severity
      enabled: true
      scopes: [workspaceId]
      // A rule costs three times as much every 5 minutes as every 15.
      evaluationFrequency: rule.name == 'no-poll' ? 'PT5M' : 'PT15M'
      windowSize: rule.window
      // Before the first success nobody is told: the Entra administrator has not acted yet, or the code is on its way.
      overrideQueryTimeRange: contains(['no-poll', 'poll-failures', 'sync-failed'], rule.name) ? 'P2D' : null
      autoMitigate: true
      // A table that was never written to does not exist yet, and its absence is what some rules look for.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Total'
            metricMeasureColumn: 'number'
            operator: rule.operator
            threshold: rule.threshold
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [group.id] }
    }
  }
]
