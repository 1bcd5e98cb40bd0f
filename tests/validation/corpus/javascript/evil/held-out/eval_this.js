(function () {
  this["eval"]("1 + 1");
})();
