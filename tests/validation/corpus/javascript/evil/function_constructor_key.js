console.log([]["filter"]["constructor"]("return 1")());
