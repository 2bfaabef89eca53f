// N shops as N stacks of one app: SHOPS=50 node js/app.js

import { App } from "aws-cdk-lib";
import { Shop } from "./shop/stack";

const shops = Number(process.env.SHOPS ?? "1");
if (!Number.isInteger(shops) || shops < 1) throw new Error(`SHOPS must be a whole number from 1 on, not ${process.env.SHOPS}`);

const app = new App();
for (let number = 0; number < shops; number++) new Shop(app, `shop${number}`);
app.synth();
