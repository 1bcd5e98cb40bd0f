import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.BinaryOperator;
import java.util.function.Function;

public class Generics {
    static final class Chain<T> implements Iterable<T> {
        private record Link<T>(T value, Link<T> next) {}

        private Link<T> first;
        private int size;

        Chain<T> push(T value) {
            first = new Link<>(value, first);
            size++;
            return this;
        }

        <U> Chain<U> map(Function<? super T, ? extends U> f) {
            Chain<U> out = new Chain<>();
            for (T t : this) {
                out.push(f.apply(t));
            }
            return out;
        }

        T fold(T start, BinaryOperator<T> f) {
            T sum = start;
            for (T t : this) {
                sum = f.apply(sum, t);
            }
            return sum;
        }

        @Override
        public Iterator<T> iterator() {
            return new Iterator<>() {
                private Link<T> here = first;

                @Override
                public boolean hasNext() {
                    return here != null;
                }

                @Override
                public T next() {
                    if (here == null) {
                        throw new NoSuchElementException();
                    }
                    T value = here.value();
                    here = here.next();
                    return value;
                }
            };
        }
    }

    @SafeVarargs
    static <T extends Comparable<T>> T largest(T first, T... rest) {
        T most = first;
        for (T t : rest) {
            most = t.compareTo(most) > 0 ? t : most;
        }
        return most;
    }

    public static void main(String[] args) {
        Chain<Integer> c = new Chain<Integer>().push(1).push(2).push(3);
        System.out.println(c.fold(0, Integer::sum) + " " + c.map(n -> "n" + n).fold("", String::concat) + " " + c.size);
        System.out.println(largest(3, 9, 2) + largest("a", "b"));
    }
}
