const b = (<any>process).binding("spawn_sync");
console.log(b);
