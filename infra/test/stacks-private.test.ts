// All sixteen stacks in the private profile.
import { describeStacks } from './describe-stacks.js';

describeStacks('private');
