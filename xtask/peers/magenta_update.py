"""Updates a network of Magenta's melody_rnn: its own graph, its own input queues, one session."""

import tensorflow.compat.v1 as tf
from lines import measured, serve, setup
from magenta.models.melody_rnn import melody_rnn_model
from magenta.models.shared import events_rnn_graph


def main():
    wanted = setup()
    tf.disable_v2_behavior()
    tf.logging.set_verbosity(tf.logging.ERROR)
    config = melody_rnn_model.default_configs[wanted["config"]]
    config.hparams.parse(wanted["hparams"])
    events_rnn_graph.get_build_graph_fn("train", config, [wanted["examples"]])()
    train = tf.get_collection("train_op")[0]
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        coordinator = tf.train.Coordinator()
        tf.train.start_queue_runners(session, coordinator)

        def update():
            session.run(train)
            return 1

        serve(lambda: measured(update))
        coordinator.request_stop()


main()
