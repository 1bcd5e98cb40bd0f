console.log("never");
function broken(: number {
