console.log(((): void => {}).constructor("return 1")());
