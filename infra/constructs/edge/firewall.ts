import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Aws, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

export interface FirewallProps {
  /** What it stands before: a stage of the REST API. */
  readonly resourceArn: string;
}

/** Requests of one address to the API in five minutes; the functions' own limits are narrower and know the caller. */
const REQUESTS_PER_ADDRESS = 3_000;

/** Its answers know neither the time nor an id of the request: both are null. */
const ENVELOPE: CfnWebACL.CustomResponseBodyProperty = {
  contentType: 'APPLICATION_JSON',
  content: JSON.stringify({
    error: { code: 'RATE_LIMITED', message: 'Too many requests.', details: {}, timestamp: null, request_id: null },
  }),
};
/** The address is let in again when its last five minutes hold fewer; WAF looks about every half minute. */
const TOO_MANY = {
  responseCode: 429,
  customResponseBodyKey: 'RateLimited',
  responseHeaders: [
    { name: 'Retry-After', value: '60' },
    { name: 'Cache-Control', value: 'no-store' },
    { name: 'Access-Control-Allow-Origin', value: '*' },
    { name: 'Access-Control-Expose-Headers', value: 'Retry-After' },
  ],
};

/**
 * Rules that look at a body are counted, not enforced: creators' texts and visitors' questions may speak of scripts
 * and SQL, and no body is ever part of a statement or of a page.
 */
const COUNTED = {
  knownBadInputs: ['Log4JRCE_BODY', 'JavaDeserializationRCE_BODY', 'ReactJSRCE_BODY'],
  common: [
    'SizeRestrictions_BODY',
    'CrossSiteScripting_BODY',
    'GenericLFI_BODY',
    'GenericRFI_BODY',
    'EC2MetaDataSSRF_BODY',
  ],
};

/** A web application firewall before the REST API: known bad senders and inputs, and a ceiling for each address. */
export class Firewall extends Construct {
  constructor(scope: Construct, id: string, props: FirewallProps) {
    super(scope, id);
    const acl = new CfnWebACL(this, 'Rules', {
      scope: 'REGIONAL',
      description: 'Understudy REST API',
      defaultAction: { allow: {} },
      visibilityConfig: watched('Rules'),
      customResponseBodies: { [TOO_MANY.customResponseBodyKey]: ENVELOPE },
      rules: [
        {
          name: 'CeilingPerAddress',
          priority: 0,
          action: { block: { customResponse: TOO_MANY } },
          statement: {
            rateBasedStatement: {
              aggregateKeyType: 'IP',
              limit: REQUESTS_PER_ADDRESS,
              evaluationWindowSec: 300,
              // Files of the web come through CloudFront, whose few addresses ask for many people.
              scopeDownStatement: { orStatement: { statements: ['/v1/', '/.well-known/'].map(pathContains) } },
            },
          },
          visibilityConfig: watched('CeilingPerAddress'),
        },
        managed(1, 'AWSManagedRulesAmazonIpReputationList'),
        managed(2, 'AWSManagedRulesKnownBadInputsRuleSet', COUNTED.knownBadInputs),
        managed(3, 'AWSManagedRulesCommonRuleSet', COUNTED.common),
      ],
    });
    new CfnWebACLAssociation(this, 'Association', { resourceArn: props.resourceArn, webAclArn: acl.attrArn });
    this.log(acl);
  }

  /** Only what was refused, and nothing that a person wrote or that opens a door. */
  private log(acl: CfnWebACL): void {
    const group = new LogGroup(this, 'Log', {
      // WAF sends only to groups whose name begins like this.
      logGroupName: `aws-waf-logs-${Aws.STACK_NAME}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      logDestinationConfigs: [
        `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:aws-waf-logs-${Aws.STACK_NAME}`,
      ],
      redactedFields: [
        { singleHeader: { Name: 'authorization' } },
        { singleHeader: { Name: 'cookie' } },
        { queryString: {} },
      ],
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          { Behavior: 'KEEP', Requirement: 'MEETS_ANY', Conditions: [{ ActionCondition: { Action: 'BLOCK' } }] },
        ],
      },
    }).node.addDependency(group);
  }
}

function pathContains(searchString: string): CfnWebACL.StatementProperty {
  return {
    byteMatchStatement: {
      fieldToMatch: { uriPath: {} },
      positionalConstraint: 'CONTAINS',
      searchString,
      textTransformations: [{ priority: 0, type: 'NONE' }],
    },
  };
}

function managed(priority: number, name: string, counted: readonly string[] = []): CfnWebACL.RuleProperty {
  return {
    name,
    priority,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
    visibilityConfig: watched(name),
  };
}

function watched(metricName: string): CfnWebACL.VisibilityConfigProperty {
  // Samples would keep whole requests.
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false };
}
