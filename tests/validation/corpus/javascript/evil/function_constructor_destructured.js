const { constructor: Make } = async () => {};
Make("return 1")().then(console.log);
