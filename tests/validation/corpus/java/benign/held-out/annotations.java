import java.lang.annotation.*;

@Retention(RetentionPolicy.SOURCE)
@interface Note {
    String value() default "Runtime";

    Class<?>[] exec() default {};
}

class Main {
    @SuppressWarnings({"unchecked", "native"})
    @Note(value = "ProcessBuilder", exec = {String.class})
    public static void main(String[] args) {
        System.out.println("x");
    }
}
