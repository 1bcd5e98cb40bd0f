#define NOTE __asm

NOTE(".globl weather\nweather: ret");
void weather(void);

int main(void) { weather(); }
