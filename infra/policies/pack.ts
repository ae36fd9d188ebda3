// The pack for `pulumi preview --policy-pack policies`. Apart from the rules, as making a pack starts a server.
import { PolicyPack } from '@pulumi/policy';
import { policies } from './policies.js';

new PolicyPack('domicile', { policies: [...policies] });
