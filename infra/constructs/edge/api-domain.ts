import { CfnBasePathMapping, CfnDomainName, type CfnRestApi } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';

export interface ApiDomainProps {
  readonly host: string;
  readonly certificateArn: string;
  readonly rest: CfnRestApi;
  readonly restStage: string;
}

/** The REST API under a name of its own, with TLS 1.3 only. */
export class ApiDomain extends Construct {
  readonly domain: CfnDomainName;

  constructor(scope: Construct, id: string, props: ApiDomainProps) {
    super(scope, id);
    this.domain = new CfnDomainName(this, 'Domain', {
      domainName: props.host,
      regionalCertificateArn: props.certificateArn,
      endpointConfiguration: { types: ['REGIONAL'] },
      securityPolicy: 'SecurityPolicy_TLS13_1_3_2025_09',
      endpointAccessMode: 'STRICT',
    });
    new CfnBasePathMapping(this, 'Mapping', {
      domainName: this.domain.ref,
      restApiId: props.rest.ref,
      stage: props.restStage,
    });
  }
}
