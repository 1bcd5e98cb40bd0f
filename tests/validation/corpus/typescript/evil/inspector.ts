import * as inspector from "inspector";

inspector.open(9229, "0.0.0.0");
