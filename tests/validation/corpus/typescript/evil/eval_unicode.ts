console.log(\u{65}v\u0061l("1 + 1"));
