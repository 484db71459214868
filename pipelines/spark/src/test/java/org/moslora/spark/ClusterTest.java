package org.moslora.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.FieldName;

/** What a command makes of Spark's settings before there is a cluster, and what an executor keeps open. */
class ClusterTest {
    private final List<String> events = new ArrayList<>();

    private static Cluster cluster(int workers, String... settings) {
        SparkConf conf = new SparkConf(false);
        for (int i = 0; i < settings.length; i += 2) {
            conf.set(settings[i], settings[i + 1]);
        }
        return new Cluster(conf, workers);
    }

    @AfterEach
    void letGo() {
        Executor.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "local | true",
                "local[*] | true",
                "local[4] | true",
                "local[2,3] | true",
                "local-cluster[2,1,1024] | false",
                "spark://here:7077 | false",
                "yarn | false",
                "k8s://https://here | false",
                "localhost | false"
            })
    void onlyAMasterInThisProcessIsLocal(String master, boolean local) {
        assertThat(cluster(0, "spark.master", master).isLocal()).isEqualTo(local);
    }

    @Test
    void withoutAMasterNothingIsLocalAndTheWayOutIsTold() {
        assertThat(cluster(0).isLocal()).isFalse();
        assertThatThrownBy(() -> cluster(0).context())
                .isInstanceOf(ClusterFailure.class)
                .hasMessageContaining("spark-submit --master");
    }

    /** Whatever is typed there, it is said that nobody answers, and by its own name. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "spark://127.0.0.1:1",
                "spark://a b:7077",
                "spark://{host}:7077",
                "spark://",
                "spark://,",
                "spark://here",
                "spark://127.0.0.1:1,127.0.0.1:2",
                "spark://[::1",
                "spark://127.0.0.1:99999",
                "spark://my_host:7077"
            })
    void aMasterThatDoesNotAnswerIsNamed(String master) {
        assertThatThrownBy(() -> cluster(2, "spark.master", master).context())
                .isInstanceOf(ClusterFailure.class)
                .hasMessageContaining("no master answers at " + master);
    }

    @Test
    void executorsThatComeAndGoAreRefusedByTheirSetting() {
        assertThatThrownBy(() ->
                        cluster(3, "spark.dynamicAllocation.enabled", "true").mustStay())
                .isInstanceOf(ClusterFailure.class)
                .hasMessageContaining("spark.dynamicAllocation.enabled")
                .hasMessageContaining("3 executors");
        assertThatThrownBy(() ->
                        cluster(0, "spark.dynamicAllocation.enabled", "true").mustStay())
                .message()
                .doesNotContain("0 executors");
        assertThatCode(() ->
                        cluster(3, "spark.dynamicAllocation.enabled", "false").mustStay())
                .doesNotThrowAnyException();
        assertThatCode(() -> cluster(3).mustStay()).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "spark.network.crypto.enabled, true, true",
        "spark.ssl.rpc.enabled, true, true",
        "spark.network.crypto.enabled, false, false",
        "spark.io.encryption.enabled, true, false"
    })
    void onlyWhatTravelsIsAskedAbout(String key, String value, boolean encrypted) {
        assertThat(cluster(1, key, value).isEncrypted()).isEqualTo(encrypted);
    }

    private AutoCloseable model(String name) {
        events.add("opens " + name);
        return () -> events.add("closes " + name);
    }

    private AutoCloseable kept(String command, String name) {
        return Executor.during(() -> Executor.kept(command, AutoCloseable.class, () -> model(name)));
    }

    @Test
    void aModelStaysOpenForTheSameCommandAndNoOther() {
        AutoCloseable first = kept("evaluate a", "a");
        assertThat(kept("evaluate a", "again")).isSameAs(first);
        AutoCloseable second = kept("evaluate b", "b");
        assertThat(kept("evaluate b", "again")).isSameAs(second).isNotSameAs(first);
        Executor.close();
        Executor.close();
        assertThat(events).containsExactly("opens a", "closes a", "opens b", "closes b");
    }

    @Test
    void aModelThatDoesNotOpenLeavesNothingBehind() {
        kept("evaluate a", "a");
        assertThatThrownBy(() -> Executor.kept("evaluate c", AutoCloseable.class, () -> {
                    throw new IllegalStateException("no such model");
                }))
                .hasMessage("no such model");
        kept("evaluate a", "a once more");
        assertThat(events).containsExactly("opens a", "closes a", "opens a once more");
    }

    /** As the command line spells it: --max-new-tokens. */
    @Test
    void whatIsWrongIsSaidInTheWordsOfTheCommandLine() {
        assertThat(Executor.<String>during(() -> FieldName.of("threads"))).isEqualTo("--threads");
        assertThat(FieldName.of("threads")).isEqualTo("threads");
    }
}
