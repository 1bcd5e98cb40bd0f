import java.lang.reflect.Field;

class Main {
    public static void main(String[] args) throws Exception {
        Field f = String.class.getDeclaredField("value");
        f.setAccessible(true);
        ((byte[]) f.get("constant"))[0] = 'C';
    }
}
