// All sixteen stacks in the public profile.
import { describeStacks } from './describe-stacks.js';

describeStacks('public');
