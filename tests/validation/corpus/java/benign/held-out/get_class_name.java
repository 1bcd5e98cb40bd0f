import java.util.Objects;

class Main {
    final int n = 1;

    @Override
    public boolean equals(Object o) {
        return o != null && getClass() == o.getClass() && n == ((Main) o).n;
    }

    @Override
    public int hashCode() {
        return Objects.hash(n);
    }

    public static void main(String[] args) {
        System.out.println(new Main().getClass().getSimpleName() + Main.class.getName() + new Main().equals(null));
    }
}
