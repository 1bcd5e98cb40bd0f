const text: any = "1";

@(eval as any)
class Note {
  static text = text;
}
console.log(Note.text);
